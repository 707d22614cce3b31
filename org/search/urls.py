"""The address of 搜索."""

from django.urls import path

from org.search import views

urlpatterns = [path("search/", views.search, name="search")]
